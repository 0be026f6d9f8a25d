"""The proof of the blind: twin worlds that differ in what the vault alone knows, compared byte for byte.

docs/blinding.md says what is proved, how, and what is not.
"""
