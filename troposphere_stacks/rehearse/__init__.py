"""The whole deployment on this machine, against an emulator of AWS: no account, no cost."""
