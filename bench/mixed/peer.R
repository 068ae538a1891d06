# lme4's logit with a level for each unit: the rows as they lie, and the same summed to counts; seconds of the fit alone.
suppressMessages(library(lme4))
args <- commandArgs(TRUE)
d <- read.csv(args[1])
say <- function(name, seconds, fit) {
  cat(sprintf("%s,%.2f,%.6f,%.6f\n", name, seconds, fixef(fit)[[1]], attr(VarCorr(fit)$unit, "stddev")))
}
t <- system.time(fit <- glmer(y ~ 1 + (1 | unit), data = d, family = binomial, nAGQ = 25))[[3]]
say("lme4, rows", t, fit)
a <- aggregate(cbind(y, one) ~ unit, d, sum)
t <- system.time(fit <- glmer(cbind(y, one - y) ~ 1 + (1 | unit), data = a, family = binomial, nAGQ = 25))[[3]]
say("lme4, counts", t, fit)
