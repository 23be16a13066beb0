"""The expression language of ODK XForms: parse it, check it, evaluate it as JavaRosa (the engine in ODK Collect) does.

The package knows nothing of forms, files or servers. It asks for values through `tree.Node` and for everything a
form adds (choice labels, translations, look-up tables) through `state.Services`. Where the engine and the XPath
or ODK specification part ways, docs/form-logic.md says which one is followed and why.
"""
