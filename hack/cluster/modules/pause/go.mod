module testrun.test/pause

go 1.26
