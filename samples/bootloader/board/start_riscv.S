/* Reset and traps of a RISC-V processor in machine mode. */
    .option arch, +zicsr, +zifencei
    .section .vectors, "ax"
    .globl reset_handler
reset_handler:
    csrw mie, zero
    csrci mstatus, 8
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, image_stack_top
    la t0, trap
    csrw mtvec, t0
    la t0, image_data_load
    la t1, image_data_start
    la t2, image_data_end
1:  bgeu t1, t2, 2f
    lw t3, 0(t0)
    sw t3, 0(t1)
    addi t0, t0, 4
    addi t1, t1, 4
    j 1b
2:  la t1, image_bss_start
    la t2, image_bss_end
3:  bgeu t1, t2, 4f
    sw zero, 0(t1)
    addi t1, t1, 4
    j 3b
4:  call main
    call board_reset

    .balign 4
trap:
    csrr a0, mcause
    j trap_handler
