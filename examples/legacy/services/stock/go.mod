module example.com/warehouse/stock

go 1.22
