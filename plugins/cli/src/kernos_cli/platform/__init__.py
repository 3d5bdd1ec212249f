"""What operators ask of the plugin platform: one module a command or a concept.

Every command works when plugins are broken, answers a misspelt name with the nearest
ones, and leaves with 0 (all is well), 1 (something is wrong) or 2 (wrongly used, such as
a name that is not there). With ``--json`` it prints what a machine reads.
"""
