# Results of R beside which the statistics of trials are held.
#
#   Rscript validation/cross/r/trial_statistics.R
#
# writes trial_statistics.json: the data of each case, R's results, R and its packages.
# Data are R's own public sets and simulated ones (seeded, stored).

library(survival)
library(ordinal)
library(mice)
library(jsonlite)

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
none <- setNames(list(), character(0))
set.seed(6)

# --- difference of arms, adjusted -------------------------------------------------

anova_case <- function(data, y, arm, covariates) {
  fit <- lm(reformulate(c("arm", covariates), "y"),
            data.frame(y = y, arm = arm, data[covariates]))
  row <- summary(fit)$coefficients["arm", ]
  bounds <- confint(fit)["arm", ]
  list(y = y, arm = arm, covariates = as.list(data[covariates]),
       value = row[[1]], se = row[[2]], p = row[[4]], df = fit$df.residual,
       low = bounds[[1]], high = bounds[[2]])
}
anorexia <- subset(MASS::anorexia, Treat != "FT")
sim <- data.frame(base = rnorm(90, 30, 5), age = runif(90, 18, 65),
                  site = rep(0:1, 45))
sim$arm <- rep(c(0, 1, 1), 30)
sim$y <- -8 - 3 * sim$arm + 0.6 * sim$base + 0.05 * sim$age + rnorm(90, 0, 7)
sim$y[c(3, 17, 40:49)] <- NA
ancova <- list(
  anorexia = anova_case(anorexia, anorexia$Postwt,
                        as.numeric(anorexia$Treat == "CBT"), "Prewt"),
  tooth = anova_case(ToothGrowth, ToothGrowth$len,
                     as.numeric(ToothGrowth$supp == "VC"), "dose"),
  simulated = anova_case(sim, sim$y, sim$arm, c("base", "age", "site"))
)

# --- response: logistic regression, Firth's, difference of shares -----------------

logistic_case <- function(data, y, arm, covariates) {
  shown <- data.frame(y = y, arm = arm, data[covariates])
  model <- reformulate(c("arm", covariates), "y")
  fit <- glm(model, binomial, shown)
  for (k in 1:3) fit <- glm(model, binomial, shown, start = coef(fit))
  row <- summary(fit)$coefficients["arm", ]
  list(y = y, arm = arm, covariates = as.list(data[covariates]),
       value = row[[1]], se = row[[2]], p = row[[4]])
}
sim$responds <- as.numeric(runif(90) < plogis(-1 + 0.9 * sim$arm - 0.03 * sim$base))
logistic <- list(
  infert = logistic_case(infert, infert$case, as.numeric(infert$spontaneous > 0),
                         c("age", "parity", "induced")),
  birthwt = logistic_case(MASS::birthwt, MASS::birthwt$low, MASS::birthwt$smoke,
                          c("age", "lwt")),
  simulated = logistic_case(sim, sim$responds, sim$arm, c("base", "age"))
)

# Firth (1993): log likelihood plus half the log determinant of the information;
# profile of the arm as in Heinze and Schemper (2002).
penalised <- function(beta, x, y) {
  p <- plogis(drop(x %*% beta))
  sum(dbinom(y, 1, p, log = TRUE)) +
    determinant(crossprod(x * sqrt(p * (1 - p))))$modulus[[1]] / 2
}
best <- function(target, start) {
  for (k in 1:4) {
    start <- optim(start, target, method = "BFGS",
                   control = list(fnscale = -1, reltol = 1e-16, maxit = 1000))$par
  }
  list(par = start, value = target(start))
}
firth_case <- function(y, arm, covariate) {
  z <- (covariate - mean(covariate)) / sd(covariate)
  x <- cbind(arm, 1, z)
  full <- best(function(b) penalised(b, x, y), c(0, qlogis(mean(y)), 0))
  below <- function(value) {
    held <- best(function(b) penalised(c(value, b), x, y), full$par[-1])
    2 * (full$value - held$value)
  }
  edge <- function(side) {
    uniroot(function(v) below(v) - qchisq(0.95, 1),
            full$par[1] + side * c(0.1, 12), tol = 1e-12)$root
  }
  list(y = y, arm = arm, covariates = list(covariate = covariate),
       value = full$par[[1]], p = pchisq(below(0), 1, lower.tail = FALSE),
       low = edge(-1), high = edge(1))
}
firth_arm <- rep(0:1, each = 25)
firth_covariate <- round(rnorm(50, 30, 5), 1)
firth_y <- c(rep(0, 25), as.numeric(runif(25) < 0.35))
firth <- list(no_events_in_one_arm = firth_case(firth_y, firth_arm, firth_covariate))

wilson <- function(k, n) prop.test(k, n, correct = FALSE)$conf.int
difference_case <- function(k1, n1, k0, n0) {
  one <- wilson(k1, n1)
  other <- wilson(k0, n0)
  a <- k1 / n1
  b <- k0 / n0
  test <- suppressWarnings(prop.test(c(k1, k0), c(n1, n0), correct = FALSE))
  list(counts = c(k1, n1, k0, n0), value = a - b, p = test$p.value,
       se = sqrt(a * (1 - a) / n1 + b * (1 - b) / n0),
       low = a - b - sqrt((a - one[1])^2 + (other[2] - b)^2),
       high = a - b + sqrt((one[2] - a)^2 + (b - other[1])^2))
}
shares <- list(
  newcombe = difference_case(56, 70, 48, 80),
  few = difference_case(9, 10, 3, 10),
  none_in_one = difference_case(5, 56, 0, 29),
  reversed = difference_case(12, 40, 20, 41)
)

# --- time to an event ---------------------------------------------------------------

cox_case <- function(time, event, arm, covariates = none) {
  data <- data.frame(time = time, event = event, arm = arm)
  for (name in names(covariates)) data[[name]] <- covariates[[name]]
  terms <- c("arm", names(covariates))
  fit <- coxph(reformulate(terms, "Surv(time, event)"), data, ties = "efron",
               control = coxph.control(eps = 1e-12, toler.chol = 1e-14, iter.max = 100))
  row <- summary(fit)$coefficients["arm", ]
  test <- survdiff(Surv(time, event) ~ arm, data)
  curve <- survfit(Surv(time, event) ~ arm, data, conf.type = "log-log")
  one <- summary(curve[2])
  middle <- summary(curve)$table
  list(time = time, event = event, arm = arm, covariates = covariates,
       value = row[["coef"]], se = row[["se(coef)"]], p = row[["Pr(>|z|)"]],
       chi2 = test$chisq, chi2_p = pchisq(test$chisq, 1, lower.tail = FALSE),
       curve = list(time = one$time, at_risk = one$n.risk, survival = one$surv,
                    se = one$std.err, low = one$lower, high = one$upper),
       median = unname(middle[, c("median", "0.95LCL", "0.95UCL")]))
}
lung2 <- subset(lung, !is.na(ph.ecog))
visits <- pmin(ceiling(rexp(120, rep(c(0.06, 0.03), each = 60))), 24)
came <- visits < 24 & runif(120) < 0.9
survival_cases <- list(
  lung = cox_case(lung$time, lung$status == 2, as.numeric(lung$sex == 2)),
  lung_adjusted = cox_case(lung2$time, lung2$status == 2, as.numeric(lung2$sex == 2),
                           list(age = lung2$age, ecog = lung2$ph.ecog)),
  ovarian = cox_case(ovarian$futime, ovarian$fustat == 1,
                     as.numeric(ovarian$rx == 2), list(age = ovarian$age)),
  weekly_visits = cox_case(visits, came, rep(0:1, each = 60))
)

# --- ordinal outcomes -----------------------------------------------------------------

ordinal_case <- function(level, arm, covariates = none) {
  data <- data.frame(level = ordered(level), arm = arm)
  for (name in names(covariates)) data[[name]] <- covariates[[name]]
  fit <- clm(reformulate(c("arm", names(covariates)), "level"), data = data,
             control = clm.control(gradTol = 1e-12, maxIter = 200))
  row <- summary(fit)$coefficients["arm", ]
  list(level = level, arm = arm, covariates = covariates,
       value = row[[1]], se = row[[2]], p = row[[4]])
}
item <- findInterval(rlogis(150, -1.2 * rep(0:1, 75)), c(-2, -0.5, 0.4, 1.5, 3.2))
births <- MASS::birthwt
ordinal_cases <- list(
  wine = ordinal_case(as.integer(wine$rating), as.numeric(wine$temp == "warm"),
                      list(contact = as.numeric(wine$contact == "yes"))),
  birthwt = ordinal_case(pmin(births$ftv, 3), births$smoke,
                         list(age = births$age, lwt = births$lwt)),
  item = ordinal_case(item, rep(0:1, 75))
)

# --- crossover ------------------------------------------------------------------------

crossover_case <- function(first, second, active_first) {
  n <- length(first)
  long <- data.frame(y = c(first, second), patient = factor(rep(1:n, 2)),
                     period = rep(0:1, each = n), sequence = rep(active_first, 2),
                     active = c(active_first, 1 - active_first))
  long <- long[!is.na(long$y), ]
  fit <- lmerTest::lmer(y ~ period + active + (1 | patient), long, REML = TRUE,
                        control = lme4::lmerControl(optCtrl = list(
                          xtol_abs = 1e-14, ftol_abs = 1e-14, maxeval = 10000)))
  row <- summary(fit)$coefficients["active", ]
  complete <- !is.na(first) & !is.na(second)
  one <- complete & active_first == 1
  other <- complete & active_first == 0
  change <- (first - second) / 2
  effect <- t.test(change[one], change[other], var.equal = TRUE)
  both <- first + second
  carry <- t.test(both[one], both[other], var.equal = TRUE)
  list(first = first, second = second, active_first = active_first,
       value = diff(rev(effect$estimate))[[1]], se = effect$stderr,
       p = effect$p.value, df = effect$parameter[[1]],
       low = effect$conf.int[1], high = effect$conf.int[2],
       carry = diff(rev(carry$estimate))[[1]], carry_se = carry$stderr,
       carry_p = carry$p.value,
       mixed = row[["Estimate"]], mixed_se = row[["Std. Error"]],
       mixed_df = row[["df"]])
}
people <- rnorm(44, 25, 5)
active_first <- rep(0:1, 22)
first <- people - 4 * active_first + rnorm(44, 0, 3)
second <- people - 1.5 - 4 * (1 - active_first) + rnorm(44, 0, 3)
lost <- second
lost[c(2, 5, 11, 30)] <- NA
crossover <- list(complete = crossover_case(first, second, active_first),
                  some_left = crossover_case(first, lost, active_first))

# --- Rubin's rules -----------------------------------------------------------------------

imputed <- mice(nhanes, m = 12, seed = 6, printFlag = FALSE)
fits <- lapply(1:12, function(k) {
  summary(lm(chl ~ bmi + age, complete(imputed, k)))$coefficients
})
rubin_case <- function(term, dfcom) {
  values <- sapply(fits, function(f) f[term, 1])
  errors <- sapply(fits, function(f) f[term, 2])
  found <- pool.scalar(values, errors^2, n = dfcom + 1, k = 1)
  list(values = values, errors = errors, complete_df = dfcom, value = found$qbar,
       se = sqrt(found$t), df = found$df,
       p = 2 * pt(-abs(found$qbar) / sqrt(found$t), found$df))
}
pooled <- list(bmi = rubin_case("bmi", 22), age = rubin_case("age", 22))
through_pool <- summary(pool(with(imputed, lm(chl ~ bmi + age))))
stopifnot(all.equal(through_pool$std.error[2:3], c(pooled$bmi$se, pooled$age$se)),
          all.equal(through_pool$df[2:3], c(pooled$bmi$df, pooled$age$df)))

# --- written ------------------------------------------------------------------------------

packages <- c("survival", "ordinal", "lme4", "lmerTest", "mice", "MASS")
versions <- sapply(packages, function(name) as.character(packageVersion(name)))
result <- list(made_with = c(list(R = R.version.string), as.list(versions)),
               ancova = ancova, logistic = logistic, firth = firth, shares = shares,
               survival = survival_cases, ordinal = ordinal_cases,
               crossover = crossover, pooled = pooled)
write_json(result, file.path(here, "trial_statistics.json"), digits = NA,
           auto_unbox = TRUE, na = "null", pretty = FALSE)
