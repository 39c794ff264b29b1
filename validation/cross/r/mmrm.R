# Models of repeated measures with nlme::gls; degrees of freedom from lmerTest and from
# numerical derivatives.
#
#   Rscript validation/cross/r/mmrm.R
#
# writes mmrm.csv (the data) and mmrm.json (results, R and packages).
suppressPackageStartupMessages({
    library(nlme)
    library(lmerTest)
    library(numDeriv)
    library(jsonlite)
})

folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
set.seed(20)

# Data: one row for each patient and visit, sorted; a missing visit has no score.

trial <- function(name, id, arm, time, score, visits, first = NULL) {
    all <- data.frame(id = as.integer(factor(id)), arm = as.integer(factor(arm)) - 1,
                      time, score)
    at <- function(t) {
        rows <- all[all$time == t, ]
        rows$score[match(seq_len(max(all$id)), rows$id)]
    }
    arms <- all$arm[match(seq_len(max(all$id)), all$id)]
    baseline <- if (is.null(first)) rep(0, max(all$id)) else at(first)
    scores <- sapply(visits, at)
    people <- seq_len(nrow(scores))
    data.frame(set = name, id = rep(people, each = length(visits)),
               arm = rep(arms, each = length(visits)),
               visit = rep(seq_along(visits), nrow(scores)),
               baseline = rep(baseline, each = length(visits)),
               score = as.vector(t(scores)))
}

without <- function(data, name, kind, share) {
    data$set <- name
    if (kind == "intermittent") gone <- runif(nrow(data)) < share
    if (kind == "monotone") {
        hazard <- runif(nrow(data)) < share & data$visit > 1
        gone <- ave(hazard, data$id, FUN = cumsum) > 0
    }
    data$score[gone] <- NA
    data
}

simulated <- function(name, per_arm, visits) {
    people <- 2 * per_arm
    sd <- seq(5, 9, length.out = visits)
    lag <- abs(outer(seq_len(visits), seq_len(visits), "-"))
    root <- chol((0.3 + 0.7 * 0.75^lag) * outer(sd, sd))
    baseline <- round(rnorm(people, 31, 5))
    arm <- rep(0:1, per_arm)
    mean <- outer(0.6 * baseline, seq(0.95, 0.7, length.out = visits)) -
        outer(arm, seq(1, 4, length.out = visits))
    score <- mean + matrix(rnorm(people * visits), people) %*% root
    data.frame(set = name, id = rep(seq_len(people), each = visits),
               arm = rep(arm, each = visits), visit = rep(seq_len(visits), people),
               baseline = rep(baseline, each = visits),
               score = round(as.vector(t(score)), 2))
}

growth <- with(Orthodont, trial("orthodont", as.character(Subject), Sex, age, distance,
                                c(8, 10, 12, 14)))
grown <- with(Orthodont, trial("orthodont-baseline", as.character(Subject), Sex, age,
                               distance, c(10, 12, 14), 8))
rats <- with(BodyWeight, trial("bodyweight", as.character(Rat), Diet, Time, weight,
                               c(8, 22, 36, 64), 1))
chicks <- with(ChickWeight, trial("chickweight", as.character(Chick), Diet, Time, weight,
                                  c(4, 8, 14, 20), 0))
large <- simulated("simulated", 100, 5)
small <- simulated("small", 30, 5)
sets <- list(
    growth, without(growth, "orthodont-missing", "intermittent", 0.15),
    grown, without(grown, "orthodont-baseline-missing", "monotone", 0.2),
    rats, without(rats, "bodyweight-missing", "intermittent", 0.1),
    chicks, without(chicks, "chickweight-missing", "intermittent", 0.15),
    large, without(large, "simulated-monotone", "monotone", 0.06),
    without(large, "simulated-intermittent", "intermittent", 0.1),
    without(small, "small-monotone", "monotone", 0.08),
    without(small, "small-intermittent", "intermittent", 0.15))

# One column for each visit and covariate, in the order of kapsim's coefficients.
columns <- function(data) {
    one <- data[!duplicated(data$id), ]
    own <- cbind(1, sapply(seq_len(max(data$arm)), function(a) data$arm == a))
    if (any(data$baseline != 0)) own <- cbind(own, data$baseline - mean(one$baseline))
    wide <- lapply(seq_len(max(data$visit)), function(v) own * (data$visit == v))
    found <- do.call(cbind, wide)
    colnames(found) <- paste0("x", seq_len(ncol(found)))
    found
}

# nlme::gls. Its first search ends early, so a second one starts where it ended.
searching <- function(opt)
    glsControl(maxIter = 1000, msMaxIter = 10000, tolerance = 1e-12, msTol = 1e-15,
               opt = opt)

correlation <- function(structure, visits, value = NULL) {
    form <- ~ visit | id
    switch(structure,
        us = if (is.null(value)) corSymm(form = form) else corSymm(value, form = form),
        toeph = if (is.null(value)) corARMA(form = form, p = visits - 1)
                else corARMA(value, form = form, p = visits - 1),
        ar1h = corAR1(if (is.null(value)) 0 else value, form = form),
        corCompSymm(if (is.null(value)) 0 else value, form = form))
}

by_gls <- function(data, structure, method = "REML") {
    x <- columns(data)
    seen <- !is.na(data$score)
    rows <- cbind(data, x, place = factor(data$visit))[seen, ]
    formula <- as.formula(paste("score ~ 0 +", paste(colnames(x), collapse = " + ")))
    visits <- max(data$visit)
    # gls asks for the formula itself in its call.
    fit <- function(opt, correlation, weights)
        do.call(gls, list(formula, data = rows, method = method, control = searching(opt),
                          correlation = correlation, weights = weights))
    weights <- if (structure != "cs") varIdent(form = ~ 1 | place)
    first <- fit("nlminb", correlation(structure, visits), weights)
    parts <- first$modelStruct
    if (!is.null(weights))
        weights <- varIdent(coef(parts$varStruct, unconstrained = FALSE), ~ 1 | place)
    value <- coef(parts$corStruct, unconstrained = FALSE)
    # corARMA takes no coefficient above one to start with, even if the process is stable.
    if (any(abs(value) >= 1)) return(first)
    fit("optim", correlation(structure, visits, unname(value)), weights)
}

reported <- function(fit)
    list(beta = unname(coef(fit)), se = unname(sqrt(diag(vcov(fit)))),
         log_likelihood = as.numeric(logLik(fit)))

# Written anew, patient by patient: what gls does not give.

antedependence <- function(theta, visits) {
    sd <- exp(theta[seq_len(visits)])
    steps <- tanh(theta[-seq_len(visits)])
    among <- diag(visits)
    for (a in seq_len(visits - 1)) for (b in (a + 1):visits)
        among[a, b] <- among[b, a] <- prod(steps[a:(b - 1)])
    among * outer(sd, sd)
}

solved <- function(theta, data, covariance) {
    x <- columns(data)
    whole <- covariance(theta, max(data$visit))
    seen <- !is.na(data$score)
    normal <- right <- logs <- squares <- 0
    for (rows in split(which(seen), data$id[seen])) {
        part <- whole[data$visit[rows], data$visit[rows], drop = FALSE]
        xs <- x[rows, , drop = FALSE]
        ys <- data$score[rows]
        normal <- normal + crossprod(xs, solve(part, xs))
        right <- right + crossprod(xs, solve(part, ys))
        squares <- squares + sum(ys * solve(part, ys))
        logs <- logs + determinant(part)$modulus
    }
    beta <- solve(normal, right)
    free <- sum(seen) - ncol(x)
    criterion <- logs + determinant(normal)$modulus + squares - sum(beta * right)
    list(beta = as.vector(beta), cov_beta = solve(normal),
         log_likelihood = -(as.numeric(criterion) + free * log(2 * pi)) / 2)
}

# A search may try a singular matrix.
minus <- function(theta, ...)
    tryCatch(-solved(theta, ...)$log_likelihood, error = function(e) 1e10)

by_hand <- function(data) {
    visits <- max(data$visit)
    spread <- log(tapply(data$score, data$visit, sd, na.rm = TRUE))
    theta <- c(spread, rep(0.5, visits - 1))
    theta <- nlminb(theta, minus, data = data, covariance = antedependence)$par
    for (again in 1:2)
        theta <- optim(theta, minus, data = data, covariance = antedependence,
                       method = "BFGS", control = list(reltol = 1e-15, maxit = 1000))$par
    found <- solved(theta, data, antedependence)
    list(beta = found$beta, se = sqrt(diag(found$cov_beta)),
         log_likelihood = found$log_likelihood)
}

covariance_of <- function(fit) {
    ratios <- coef(fit$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)
    sd <- fit$sigma * ratios[order(as.integer(names(ratios)))]
    among <- diag(length(sd))
    among[lower.tri(among)] <- coef(fit$modelStruct$corStruct, unconstrained = FALSE)
    among <- among + t(among) - diag(length(sd))
    among * outer(sd, sd)
}

# Steps of numerical derivatives are relative, so the parameters, those of the Cholesky
# factor in units of its diagonal, are moved to one.
satterthwaite <- function(data, fit) {
    root <- t(chol(covariance_of(fit)))
    below <- lower.tri(root)
    near <- function(x, visits) {
        moved <- root / diag(root)
        moved[below] <- moved[below] + x[-seq_len(visits)] - 1
        tcrossprod(diag(root) * exp(x[seq_len(visits)] - 1) * moved)
    }
    one <- rep(1, nrow(root) * (nrow(root) + 1) / 2)
    steps <- list(d = 0.01)
    information <- hessian(minus, one, method.args = steps, data = data, covariance = near)
    variances <- function(x) diag(solved(x, data, near)$cov_beta)
    slopes <- jacobian(variances, one, method.args = steps)
    uncertainty <- rowSums((slopes %*% solve(information)) * slopes)
    unname(2 * variances(one)^2 / uncertainty)
}

# lmerTest: one random intercept is the same model as cs with a positive correlation.
by_lmer <- function(data) {
    x <- columns(data)
    rows <- cbind(data, x)[!is.na(data$score), ]
    terms <- paste(colnames(x), collapse = " + ")
    fit <- lmer(as.formula(paste("score ~ 0 +", terms, "+ (1 | id)")), rows,
                control = lmerControl(optCtrl = list(xtol_rel = 1e-10, ftol_abs = 1e-12)))
    unname(summary(fit)$coefficients[, "df"])
}

results <- list()
for (data in sets) {
    name <- data$set[1]
    for (structure in c("us", "toeph", "ar1h", "csh", "cs")) {
        fit <- by_gls(data, structure)
        results[[name]][[structure]] <- reported(fit)
        if (structure == "us" && !grepl("simulated", name))
            results[[name]]$us$df <- satterthwaite(data, fit)
    }
    results[[name]]$cs$df <- by_lmer(data)
    results[[name]]$us_by_ordinary_likelihood <- reported(by_gls(data, "us", "ML"))
    if (!grepl("simulated", name)) results[[name]]$adh <- by_hand(data)
    message(name)
}
data <- do.call(rbind, sets)
write.csv(data, file.path(folder, "mmrm.csv"), row.names = FALSE, na = "", quote = FALSE)
versions <- c(R = R.version.string,
              sapply(c("nlme", "lme4", "lmerTest", "numDeriv"),
                     function(p) as.character(packageVersion(p))))
write_json(list(made_with = as.list(versions), sets = results),
           file.path(folder, "mmrm.json"), digits = NA, auto_unbox = TRUE)
