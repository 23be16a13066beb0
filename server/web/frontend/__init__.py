"""Sources of the scripts that are bundled for browsers, and how they are built when Transect is installed."""
