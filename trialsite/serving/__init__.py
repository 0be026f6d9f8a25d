"""`make run`: all processes of the Procfile on this machine, for development and demonstration."""
