"""What a verdict rests on, made readable: arithmetic written out, charts of doses, timelines of waits."""
