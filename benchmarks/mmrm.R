# nlme::gls with its usual settings, one fit for each replicate of trials.csv.
# Rscript mmrm.R FOLDER
library(nlme)

folder <- commandArgs(TRUE)[1]
data <- read.csv(file.path(folder, "trials.csv"))
data <- data[!is.na(data$score), ]
found <- NULL
for (part in split(data, data$replicate)) {
    part$place <- factor(part$visit)
    used <- system.time(fit <- gls(
        score ~ 0 + place + place:arm + place:baseline, data = part, method = "REML",
        correlation = corSymm(form = ~ visit | id),
        weights = varIdent(form = ~ 1 | place)))
    last <- paste0("place", max(part$visit), ":arm")
    found <- rbind(found, data.frame(
        seconds = used[["user.self"]] + used[["sys.self"]],
        value = coef(fit)[[last]], se = sqrt(vcov(fit)[last, last]),
        version = paste(R.version$major, R.version$minor, sep = "."),
        nlme = as.character(packageVersion("nlme"))))
}
write.csv(found, file.path(folder, "gls.csv"), row.names = FALSE)
