# Designs of rpact beside which group-sequential bounds are held.
#
#   Rscript validation/cross/r/sequential.R
#
# writes sequential.json: what each design was asked for, its bounds, what it does at
# some drifts (means of Z at full information), p values on stopping, R and packages.

library(rpact)
library(jsonlite)

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))

rates <- list(c(0.5, 1), (1:3) / 3, (1:4) / 4, (1:5) / 5, c(0.2, 1), c(0.3, 0.7, 1),
              c(0.25, 0.4, 0.8, 1), c(0.1, 0.25, 0.55, 0.9, 1))
drifts <- c(0, 1.5, 3)
efficacy <- list(list(type = "asOF"), list(type = "asP"),
                 list(type = "asKD", gammaA = 1), list(type = "asKD", gammaA = 3),
                 list(type = "asHSD", gammaA = -4), list(type = "asHSD", gammaA = 1),
                 list(type = "OF"), list(type = "P"), list(type = "WT", deltaWT = 0.25))
levels <- list(list(alpha = 0.025, sided = 1), list(alpha = 0.01, sided = 1),
               list(alpha = 0.05, sided = 2))

made <- function(spec, level, t, beta = list()) {
  asked <- list(kMax = length(t), informationRates = t, alpha = level$alpha,
                sided = level$sided, typeOfDesign = spec$type, gammaA = spec$gammaA,
                deltaWT = spec$deltaWT, beta = 0.2)
  design <- do.call(getDesignGroupSequential,
                    c(Filter(Negate(is.null), asked), beta))
  does <- getPowerAndAverageSampleNumber(design, theta = drifts, nMax = 1)
  futile <- if (length(beta) && length(t) > 1) does$futilityPerStage else NULL
  list(rates = t, alpha = level$alpha, sided = level$sided, spec = spec,
       beta = beta, z = design$criticalValues, alpha_spent = design$alphaSpent,
       level = design$stageLevels, futility = design$futilityBounds,
       beta_spent = design$betaSpent,
       shift = getDesignCharacteristics(design)$shift,
       reject = t(does$rejectPerStage), futile = if (!is.null(futile)) t(futile),
       information = does$averageSampleNumber)
}

designs <- list()
for (spec in efficacy) for (level in levels) for (t in rates) {
  designs[[length(designs) + 1]] <- made(spec, level, t)
}
betas <- list(list(typeBetaSpending = "bsOF"), list(typeBetaSpending = "bsP"),
              list(typeBetaSpending = "bsKD", gammaB = 2),
              list(typeBetaSpending = "bsHSD", gammaB = -2))
for (spec in efficacy[c(1, 2, 4, 5)]) for (beta in betas) for (t in rates) {
  beta$bindingFutility <- FALSE
  designs[[length(designs) + 1]] <- made(spec, levels[[1]], t, beta)
}

# --- p values on stopping --------------------------------------------------------------
# One-sided: rpact 3.3.4 takes the one-sided value twice for two sides, with the other
# bound left out (and once at the first look).

stopped <- function(spec, level, t, z) {
  design <- do.call(getDesignGroupSequential,
                    c(Filter(Negate(is.null),
                             list(informationRates = t, alpha = level$alpha,
                                  sided = level$sided, typeOfDesign = spec$type,
                                  gammaA = spec$gammaA, deltaWT = spec$deltaWT))))
  n <- diff(c(0, round(1000 * t)))
  sums <- diff(c(0, z * sqrt(cumsum(n))))
  data <- getDataset(n = n, means = sums / n, stDevs = rep(1, length(n)))
  results <- getStageResults(design, data, normalApproximation = TRUE)
  final <- getFinalPValue(results)
  list(rates = t, alpha = level$alpha, sided = level$sided, spec = spec,
       z = results$overallTestStatistics, stage = final$finalStage, p = final$pFinal)
}
paths <- list(c(1, 1.5, 1.2), c(1, 1.8, 2.6), c(0.5, 1.9, 1.99), c(-0.5, 0.2, -0.3),
              c(1.5, 3.2, 3.3), c(4.5, 4, 4), c(0, -1, 2.05), c(2, 2, 2.05))
on_stopping <- list()
for (spec in efficacy[c(1, 2, 5, 8)]) for (z in paths) {
  on_stopping[[length(on_stopping) + 1]] <- stopped(spec, levels[[1]], c(0.3, 0.7, 1), z)
}

result <- list(made_with = list(R = R.version.string,
                                rpact = as.character(packageVersion("rpact"))),
               drifts = drifts, designs = designs, stopped = on_stopping)
write_json(result, file.path(here, "sequential.json"), digits = 10, auto_unbox = TRUE,
           na = "null", pretty = FALSE)
