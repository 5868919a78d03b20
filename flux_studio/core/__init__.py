"""What a picture is: frozen values and pure functions, the standard library alone.

A `Draft` (the half-filled form) and a `ModelCard` (what one model at one provider accepts) give
either `Problem`s, each naming the control it belongs to, or an `Order` of frozen `Request`s.
`pricing.estimate` prices that very order. Each request becomes a `Job`, which `job.advance` moves
on by the `JobEvent`s that come back, until its pictures are a `Generation` in the library.
"""
