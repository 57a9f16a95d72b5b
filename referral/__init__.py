"""Who is thanked, and how much: the rules, and nothing else.

Values in, values out. No database, no web, no chat; nothing here writes a sentence for a person,
it returns amounts and reason codes that the rooms above put into words. The rules decide who earns
what, so they are kept small enough that a neighbour who reads code can read all of them in one sitting.

    code          the word a creator is known by in one deal: ``DEWI7``; ``DEWI7-1`` also names product 1
    deal          one creator, one shop, one rate: what a code stands for
    touch         somebody met a creator's code, link or QR picture, at a moment
    attribution   the decision which deal (or none) an order thanks, and why
    rate          a shop's promise: to a creator, for a product, for a tier, to everybody
    commission    what one order line earns the credited creator
    suspicion     a reason to look twice: the commission waits, and nobody loses it by silence
    visit         somebody looked at a creator's page; counted by class, never money
    holding period  the wait between the buyer's payment and the commission being payable
"""
