"""What is said: one conversation, any number of channels.

The life of a message, in ten lines:

    telegram, whatsapp   verify what came in and keep it in the inbox, then say yes to the channel
    hub                  takes it from the inbox, fetches its picture, opens one transaction
    conversation         locks the talk, decides once what the message means
    screens              show something (stateless: an old button still works)
    scripts              ask something (a dialogue over named answers; its return value is the intent)
    actions              do something: a use case of the storefront, called by name
    notices              put the facts a use case left for somebody into words
    courier              delivers from the outbox after the commit, each chat's in order, and marks it
    phones/              the other end of the wire, for the simulator, for stories and for tests
"""
