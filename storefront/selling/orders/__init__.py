"""An order, one verb a file.

placing     a wish becomes an order: quota taken, number given, credited, held for two hours
paying      how it is paid, claimed, confirmed by the seller, undone after a wrong tap
fulfilling  sent or ready, received, reviewed; a problem reported and settled
changing    the fee of an unknown area, another quantity, cancelling by either side, holds that end
finding     which order a person means
views       what others are shown of an order, as frozen facts
"""
