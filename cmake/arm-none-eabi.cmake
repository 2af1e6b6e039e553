# For arm-none-eabi-gcc: cmake --toolchain .../cmake/arm-none-eabi.cmake -DFWD_CPU=cortex-m0plus ...
# Compiles for a Cortex-M4 unless FWD_CPU names another; a project of your own has its own such file.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(FWD_CPU cortex-m4 CACHE STRING "as -mcpu= takes it")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES FWD_CPU)

set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(FWD_CPU_FLAGS "-mcpu=${FWD_CPU} -mthumb -ffreestanding -ffunction-sections -fdata-sections")
set(CMAKE_C_FLAGS_INIT "${FWD_CPU_FLAGS}")
set(CMAKE_CXX_FLAGS_INIT "${FWD_CPU_FLAGS} -fno-exceptions -fno-rtti")
set(CMAKE_ASM_FLAGS_INIT "-mcpu=${FWD_CPU} -mthumb")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections")

# There is no system to link a test program for, and nothing of this machine is for that processor.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
execute_process(COMMAND ${CMAKE_C_COMPILER} -print-sysroot
    OUTPUT_VARIABLE FWD_ARM_SYSROOT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
set(CMAKE_FIND_ROOT_PATH /nonexistent ${FWD_ARM_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
