"""The command line, for those who run the server: `transect COMMAND`. Exit code 0 only when all went well."""
