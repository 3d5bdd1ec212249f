"""The checks of ``kernos doctor``: one module a subject, one function a check.

A check reads an application and what is installed; it runs no view, opens no connection
and changes nothing. Its docstring says what goes wrong otherwise, and is its reference.
"""
