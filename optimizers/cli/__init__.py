"""The command line: flags, commands, tables and result files."""
