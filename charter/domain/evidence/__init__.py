"""What a class rests on: law, surveys of customers, the sector's norm, experts. Each votes on two questions.

Floor: does its absence destroy? Earns: does its presence earn? See methods.md E.
"""
