/* Counts the instructions of a decoder on QEMU's mps2-an386, a Cortex-M4 (see run.sh): the source
 * is at 0x21000000, what count_input made at 0x21800000, and the target goes to 0x21400000. With
 * -icount shift=0 an instruction takes 1 ns, and a tick of the timer 40.
 *
 * Prints "REASON BYTES INSTRUCTIONS/100 STACK ARENA FNV-1a"; instructions for each byte. */
#include "bench/m4/count.h"

#include "verify/codec.h"

#include <string.h>

#define SOURCE           0x21000000u
#define TARGET           0x21400000u
#define INPUT            0x21800000u
#define TICK             40u
#define ARENA_MAX        (512u * 1024)
#define STACK_FILL       0xA5A55A5Au
#define SEMIHOSTING_EXIT 0x20u
#define SEMIHOSTING_DONE 0x20026u

/* CMSDK UART and timer. */
#define UART_DATA     0x40004000u
#define UART_STATE    0x40004004u
#define UART_CONTROL  0x40004008u
#define UART_DIVIDER  0x40004010u
#define TIMER_CONTROL 0x40000000u
#define TIMER_VALUE   0x40000004u
#define TIMER_RELOAD  0x40000008u

extern uint32_t ld_bss_start[], ld_bss_end[], ld_stack_low[], ld_stack_top[];

static uint8_t arena[ARENA_MAX] __attribute__((aligned(16), section(".arena")));

static volatile uint32_t *io(uint32_t address)
{
    return (volatile uint32_t *)address;
}

static void put_text(const char *s)
{
    for (; *s; s++) {
        while (*io(UART_STATE) & 1u)
            ;
        *io(UART_DATA) = (uint8_t)*s;
    }
}

static void put_number(uint32_t v)
{
    char text[12];
    int i = sizeof text - 1;

    text[i--] = '\0';
    text[i] = ' ';
    do
        text[--i] = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    put_text(text + i);
}

static _Noreturn void leave(void)
{
    volatile uint32_t block[2] = {SEMIHOSTING_DONE, 0};
    register uint32_t r0 __asm__("r0") = SEMIHOSTING_EXIT;
    register volatile uint32_t *r1 __asm__("r1") = block;

    __asm__ volatile("bkpt 0xab" ::"r"(r0), "r"(r1) : "memory");
    for (;;)
        ;
}

static enum fwd_reason read_memory(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    memcpy(buf, (const uint8_t *)ctx + offset, size);
    return FWD_OK;
}

static struct fwd_input memory(uint32_t address, uint32_t size)
{
    return (struct fwd_input){(void *)address, read_memory, size};
}

static enum fwd_reason decode(const struct fwd_decode_job *job, uint32_t *done)
{
    struct fwd_chunk chunk = {0};
    void *state = NULL;
    enum fwd_reason reason = job->codec->open(job, &state);

    while (reason == FWD_OK) {
        reason = job->codec->next(state, &chunk);
        if (reason != FWD_OK || chunk.size == 0)
            break;
        memcpy((uint8_t *)TARGET + *done, chunk.bytes, chunk.size);
        *done += chunk.size;
    }
    return reason;
}

static uint32_t digest(uint32_t size)
{
    uint32_t h = 2166136261u;

    for (uint32_t i = 0; i < size; i++)
        h = (h ^ ((const uint8_t *)TARGET)[i]) * 16777619u;
    return h;
}

static void count(void)
{
    static struct fwd_component component;
    static struct fwd_decode_job job;
    const struct fwd_count_head *head = (const struct fwd_count_head *)INPUT;
    uint32_t arena_size = 0, done = 0;

    component = (struct fwd_component){.flags = FWD_COMPONENT_HAS_SOURCE,
        .codec = (uint16_t)head->codec,
        .section_size = head->section_size,
        .codec_params = head->params,
        .codec_params_size = (uint8_t)head->params_size};
    component.source.size = head->source_size;
    component.target.size = head->target_size;
    job = (struct fwd_decode_job){.component = &component,
        .codec = &FWD_COUNT_CODEC,
        .section = memory(INPUT + sizeof *head, head->section_size),
        .source = memory(SOURCE, head->source_size),
        .arena = arena,
        .arena_size = ARENA_MAX};
    enum fwd_reason reason = job.codec->arena(&component, &arena_size);
    uint32_t before = *io(TIMER_VALUE);
    if (reason == FWD_OK)
        reason = decode(&job, &done);
    uint32_t ticks = before - *io(TIMER_VALUE), *deepest = ld_stack_low;
    while (deepest < ld_stack_top && *deepest == STACK_FILL)
        deepest++;
    put_number((uint32_t)reason);
    put_number(done);
    put_number((uint32_t)((uint64_t)ticks * TICK * 100u / (done ? done : 1)));
    put_number((uint32_t)((uint8_t *)ld_stack_top - (uint8_t *)deepest));
    put_number(arena_size);
    put_number(digest(done));
    put_text("\n");
}

void reset_handler(void);
void reset_handler(void)
{
    uint32_t *here = (uint32_t *)__builtin_frame_address(0) - 16;

    for (uint32_t *p = ld_stack_low; p < here; p++)
        *p = STACK_FILL;
    for (uint32_t *p = ld_bss_start; p < ld_bss_end; p++)
        *p = 0;
    *io(UART_DIVIDER) = 16;
    *io(UART_CONTROL) = 3;
    *io(TIMER_RELOAD) = UINT32_MAX;
    *io(TIMER_VALUE) = UINT32_MAX;
    *io(TIMER_CONTROL) = 1;
    count();
    leave();
}

static void fault(void)
{
    put_text("FAULT\n");
    leave();
}

__attribute__((section(".vectors"), used)) static void *const vectors[16] = {ld_stack_top,
    reset_handler, fault, fault, fault, fault, fault, NULL, NULL, NULL, NULL, fault, fault, NULL,
    fault, fault};
