# A million made-up people in 98 municipalities, one row each: in a job or not.
args <- commandArgs(TRUE)
set.seed(98)
n <- as.integer(args[2])
level <- -1 + 0.4 * rnorm(98)
unit <- sample(98, n, replace = TRUE, prob = exp(rnorm(98)))
y <- as.integer(runif(n) < plogis(level[unit]))
write.csv(data.frame(unit = sprintf("k%02d", unit), y = y, one = 1L), args[1], row.names = FALSE, quote = FALSE)
