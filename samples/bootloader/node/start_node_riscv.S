/* The image begins here, in whichever slot it is: it copies itself to where it was linked for, since this
 * machine has the memory for it, and so one image serves both slots. */
    .option arch, +zicsr, +zifencei
    .section .start, "ax"
    .globl node_start
    .option norelax
node_start:
    auipc t0, 0
    lui t1, %hi(image_start)
    addi t1, t1, %lo(image_start)
    lui t2, %hi(image_load_end)
    addi t2, t2, %lo(image_load_end)
1:  lw t3, 0(t0)
    sw t3, 0(t1)
    addi t0, t0, 4
    addi t1, t1, 4
    bltu t1, t2, 1b
    lui t2, %hi(image_bss_end)
    addi t2, t2, %lo(image_bss_end)
2:  sw zero, 0(t1)
    addi t1, t1, 4
    bltu t1, t2, 2b
    fence.i
    lui gp, %hi(__global_pointer$)
    addi gp, gp, %lo(__global_pointer$)
    lui sp, %hi(image_stack_top)
    addi sp, sp, %lo(image_stack_top)
    lui t0, %hi(main)
    jalr ra, %lo(main)(t0)
    j .
