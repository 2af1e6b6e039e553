/* The image begins here, in whichever slot it is: it copies itself to where it was linked for, since this
 * machine has the memory for it, and so one image serves both slots. */
    .syntax unified
    .thumb
    .section .start, "ax"
    .globl node_start
    .thumb_func
node_start:
    mov r0, pc @ node_start + 4
    subs r0, #4
    ldr r1, =image_start
    ldr r2, =image_load_end
1:  ldr r3, [r0]
    str r3, [r1]
    adds r0, #4
    adds r1, #4
    cmp r1, r2
    blo 1b
    ldr r2, =image_bss_end
    movs r3, #0
2:  str r3, [r1]
    adds r1, #4
    cmp r1, r2
    blo 2b
    ldr r0, =image_stack_top
    mov sp, r0
    ldr r0, =main
    bx r0
    .pool
