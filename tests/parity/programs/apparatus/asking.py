"""Ask an application, and tell what it answers or raises."""

from __future__ import annotations


def error_of(call, *arguments, **more):
    try:
        return call(*arguments, **more)
    except BaseException as error:
        return error


def get(app, path="/", **options):
    response = app.test_client().open(path, **options)
    return [response.status_code, response.text]
