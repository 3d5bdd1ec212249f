"""Small programs that were written for Flask, run on Flask and on Kernos.

Where the differential test sends requests to one application, each of these makes its own
and does to it what extensions, tracers and tests do. A program is a function whose name
says what it does; what it returns is compared, or the error that it raises.
"""
