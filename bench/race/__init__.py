"""Many buyers race for a few units, page by page, while the shop's servers are killed under them.

``python -m bench race --seed N`` lets 400 buyers go for 60 units of one SKU in three configurations: from the
product's page to the payment server and back, over two web processes on one PostgreSQL. Most of them press at
the same moment for the goods to be held. A web server is killed (-9) twice, and PostgreSQL once. Moments,
manner and everybody's ways are drawn from the seed. It prints what is in the books in the end, and its exit
status is 1 where something of it is wrong.
"""
