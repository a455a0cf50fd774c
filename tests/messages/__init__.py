"""The texts of the interface and their translations: found in the sources, kept in chatapp/locale.

`python -m tests.messages` (make messages) takes what is new into every catalogue, drops what is gone, and writes
the compiled files: the .mo for Django and static/js/texts/<language>.js for the pages' scripts. What it names as
missing wants a translation in the .po; then run it again.
"""
