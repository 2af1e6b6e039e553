# For riscv64-unknown-elf-gcc with picolibc: cmake --toolchain .../cmake/riscv64-unknown-elf.cmake
# Compiles for RV32IMAC unless FWD_ARCH and FWD_ABI name another; a project of your own has its own such file.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv)
set(FWD_ARCH rv32imac CACHE STRING "as -march= takes it")
set(FWD_ABI ilp32 CACHE STRING "as -mabi= takes it")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES FWD_ARCH FWD_ABI)

set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_ASM_COMPILER riscv64-unknown-elf-gcc)
set(FWD_CPU_FLAGS "-march=${FWD_ARCH} -mabi=${FWD_ABI} -mcmodel=medany")
set(CMAKE_C_FLAGS_INIT
    "${FWD_CPU_FLAGS} --specs=picolibc.specs -ffreestanding -ffunction-sections -fdata-sections")
set(CMAKE_ASM_FLAGS_INIT "${FWD_CPU_FLAGS}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections")

# There is no system to link a test program for, and nothing of this machine is for that processor.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_FIND_ROOT_PATH /nonexistent)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
