#!/bin/bash
# One job in ten indexes, and merging when all of them have succeeded:
#
#	id=$(sbatch --parsable slurm.sh score)
#	sbatch --dependency=afterok:$id --wrap './array merge -dir work -parts 10 score'
#
#SBATCH --array=0-9
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=array-%A-%a.out
export GOMAXPROCS=$SLURM_CPUS_PER_TASK # where Slurm does not bind tasks to cores
exec ./array run -dir work -parts 10 "$1"
