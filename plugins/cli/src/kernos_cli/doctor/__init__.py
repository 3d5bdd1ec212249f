"""The checks of ``kernos doctor``: one module a subject, one function a check.

A check reads an application and what is installed; it runs no view and changes nothing, and
one alone opens a connection, to what a component stands on. Its docstring says what goes
wrong otherwise, and is its reference.
"""
