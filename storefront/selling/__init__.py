"""Shops, what they sell, and the orders: a shop opens, a product is listed, an order is placed, paid, brought.

shops       a seller's shop: name, place, areas, where the money goes
catalogue   products, variants, and the batch (open PO or ready stock) they are sold from
batches     quota moved in one step with the order; closing, with the lists for kitchen and road
delivery    what bringing it costs, and where a buyer usually has things brought
orders/     one verb a file: placing, paying, fulfilling, changing; views are what others are shown
"""
