"""What happens to a request, one file a stage.

A stage is a function that is given the application and the request's context; it does
no I/O of its own and knows nothing of the server. :mod:`~kernos.lifecycle.pipeline`
is the line that they stand in, :mod:`~kernos.lifecycle.failures` the side door through
which errors leave and come back as responses.
"""
