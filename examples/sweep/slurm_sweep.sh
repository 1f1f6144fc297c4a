#!/bin/bash
#SBATCH --job-name=sweep
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --open-mode=append
# Simulates a sweep as an array job of Slurm: each task is one `longhand sweep` with a part of the seeds.
#
#   sbatch --array=0-49 slurm_sweep.sh SCENE FROM TO FOLDER [OPTIONS OF longhand sweep]
#   longhand sweep merge FOLDER/part-*.sweep --report village.html
#
# SCENE and FOLDER are on a drive that every machine has; LONGHAND names the program, the same file everywhere. `longhand sweep
# --plan` says what to give for --time and --mem. Slurm starts a task again if its machine dies, and the part continues with the
# runs that are stored. Submit the same array again to continue after a time limit or a kill: finished parts end at once.
set -euo pipefail
scene=$1 from=$2 to=$3 folder=$4
shift 4
part=$((SLURM_ARRAY_TASK_ID - SLURM_ARRAY_TASK_MIN)) parts=$SLURM_ARRAY_TASK_COUNT
low=$((from + (to - from) * part / parts)) high=$((from + (to - from) * (part + 1) / parts))
[ "$low" -lt "$high" ] || exit 0
mkdir -p "$folder"
exec "${LONGHAND:-longhand}" sweep "$scene" --seeds "$low..$high" --threads "${SLURM_CPUS_PER_TASK:-1}" \
    --keep "$(printf '%s/part-%05d.sweep' "$folder" "$part")" "$@"
