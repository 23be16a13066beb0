"""Files for statistics programs: Stata and SPSS."""
