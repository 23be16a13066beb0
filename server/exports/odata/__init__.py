"""Submissions as an OData 4 service: a table for the form itself and one for each of its repeats."""
