"""Projects and forms: converting, publishing, versions and their files."""
