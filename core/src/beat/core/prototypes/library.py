# Functions and classes defined here can be used by algorithms and by other libraries.
