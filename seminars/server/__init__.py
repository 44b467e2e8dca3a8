"""How gunicorn talks to the network: its main loop waits for visitors, its threads only compute.

gunicorn's master process imports this package, so it imports nothing else of the project: a reload must bring new code.
"""
