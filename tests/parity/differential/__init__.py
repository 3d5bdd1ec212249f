"""The same requests to the same application, on Flask and on Kernos."""
