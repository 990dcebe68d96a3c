"""The built-in provider: one drawn animatic frame a shot, without a key, a GPU or a network.

A frame is a paper-cut picture (layers of flat colour, each with the shadow that it throws on
the one behind) over a slate strip with the shot's facts. The words of the prompt choose what
is drawn, the mood chooses the colours, the seed everything else.
"""
