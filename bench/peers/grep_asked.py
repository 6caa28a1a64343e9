"""zstdcat and grep, asked by shell commands: grep_asked.py"""
import os
import subprocess

from asking import answer


def cpu():
    used = os.times()
    return used.children_user + used.children_system


answer(lambda command: subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE, check=False).stdout, cpu)
