# ./run is the truth; this file only calls it.
.PHONY: run test lint bench chaos docs doctor
run:
	./run
test lint bench chaos docs doctor:
	./run $@
