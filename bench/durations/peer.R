# survival::coxph on the same file: the answer and seconds of fitting alone.
library(survival)
file <- commandArgs(trailingOnly = TRUE)[1]
frame <- read.csv(file)
began <- proc.time()[["elapsed"]]
fit <- coxph(Surv(time, event) ~ x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9, data = frame)
cat(sprintf("{\"log_likelihood\": %.6f, \"fit_seconds\": %.2f, \"first\": %.9f}\n",
            fit$loglik[2], proc.time()[["elapsed"]] - began, coef(fit)[["x0"]]))
