# deSolve with the compiled model of otto.c: lsoda, infusions as events.
# Rscript with_desolve.R FOLDER LIBRARY BATCH PATIENTS TOLERANCE REPEATS
library(deSolve)

given <- commandArgs(TRUE)
folder <- given[1]
batch <- as.integer(given[3])
patients <- as.integer(given[4])
tolerance <- as.numeric(given[5])
dyn.load(given[2])

own <- as.matrix(read.csv(file.path(folder, "own.csv"), header = FALSE))
nodes <- scan(file.path(folder, "nodes.csv"), quiet = TRUE)
sampled <- scan(file.path(folder, "sampled.csv"), quiet = TRUE) == 1
change <- read.csv(file.path(folder, "events.csv"), header = FALSE)
events <- list(data = data.frame(
    var = "rate", time = change[[1]], value = change[[2]], method = "replace"))
start <- setNames(
    numeric(1 + 5 * batch), c("rate", paste0("x", seq_len(5 * batch))))
ketamine <- 2 + 5 * (seq_len(batch) - 1) + 1

everyone <- function() {
    levels <- array(0, c(patients, sum(sampled), 2))
    for (first in seq(1, patients, batch)) {
        who <- first:(first + batch - 1)
        found <- lsoda(
            start, nodes, "otto_slopes", as.numeric(t(own[who, , drop = FALSE])),
            rtol = tolerance, atol = tolerance, dllname = "otto",
            initfunc = "otto_start", events = events,
            jactype = if (batch > 1) "bandint" else "fullint",
            bandup = if (batch > 1) 4, banddown = if (batch > 1) 4)
        kept <- found[sampled, , drop = FALSE]
        levels[who, , 1] <- 1e3 * t(kept[, ketamine]) / own[who, 2]
        levels[who, , 2] <- 1e3 * t(kept[, ketamine + 3]) / own[who, 4]
    }
    levels
}

seconds <- Inf
for (i in seq_len(as.integer(given[6]))) {
    seconds <- min(seconds, system.time(levels <- everyone())[["elapsed"]])
}
cat(seconds, file = file.path(folder, "seconds.txt"))
compared <- min(16, patients)
flat <- rbind(levels[seq_len(compared), , 1], levels[seq_len(compared), , 2])
write.table(
    format(flat, digits = 17), file.path(folder, "levels.csv"),
    sep = ",", row.names = FALSE, col.names = FALSE, quote = FALSE)
