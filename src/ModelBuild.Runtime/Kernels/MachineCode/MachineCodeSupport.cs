using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Decides once per process whether generated routines run: the switch, the processor, the instructions that the process may use, and the operating system.</summary>
internal static unsafe class MachineCodeSupport
{
    private const string SwitchName = "ModelBuild.MachineCode";
    private const string Variable = "MODELBUILD_MACHINECODE";
    private const int BitOfExtendedStates = 27;
    private const int BitOfAvx512F = 16;
    private const int BitOfAvx512DQ = 17;
    private const int BitOfAvx512BW = 30;
    private const int BitOfAvx512VL = 31;
    private const int BitOfVnni = 11;

    /// <summary>The vector states that the operating system saves: SSE, AVX, masks, the upper halves and the upper sixteen of the 512-bit registers.</summary>
    private const ulong VectorStates = 0b1110_0110;

    // Looking a switch up takes as long as a small product.
    private static readonly bool s_isEnabled = !AppContext.TryGetSwitch(SwitchName, out bool isOn) || isOn;
    private static readonly string? s_obstacle = FindObstacle();
    private static readonly bool s_isAvailable = s_obstacle is null;

    /// <summary>Whether generated routines run.</summary>
    internal static bool IsAvailable => IsEnabled && s_isAvailable;

    /// <summary>One line for a reader.</summary>
    internal static string Status => !IsEnabled ? $"off: the switch {SwitchName} is false" : s_obstacle is null ? "on: 512-bit integer dot products (AVX512_VNNI)" : $"off: {s_obstacle}";

    [FeatureSwitchDefinition(SwitchName)]
    private static bool IsEnabled => s_isEnabled;

    private static string? FindObstacle()
    {
        if (!IsEnabled)
        {
            return $"the switch {SwitchName} is false";
        }

        if (IsZero(Variable))
        {
            return $"the environment variable {Variable} is 0";
        }

        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || !X86Base.IsSupported || !HasInstructions())
        {
            return "the processor has no AVX512_VNNI";
        }

        // With a JIT the class says what the runtime's own switches left; a program that was compiled before it ran says no for a lower target as well.
        bool isWithheld = RuntimeFeature.IsDynamicCodeSupported
            ? !Avx512BW.IsSupported
            : IsZero("DOTNET_EnableAVX512") || IsZero("DOTNET_EnableAVX2") || IsZero("DOTNET_EnableAVX") || IsZero("DOTNET_EnableHWIntrinsic");
        if (isWithheld)
        {
            return "AVX-512 is switched off for this process";
        }

        return !ExecutableMemory.IsKnownSystem ? "not supported on this operating system" : CheckSystem();
    }

    private static bool HasInstructions()
    {
        if (X86Base.CpuId(0, 0).Eax < 7 || !HasBit(X86Base.CpuId(1, 0).Ecx, BitOfExtendedStates))
        {
            return false;
        }

        (_, int ebx, int ecx, _) = X86Base.CpuId(7, 0);
        return HasBit(ebx, BitOfAvx512F) && HasBit(ebx, BitOfAvx512DQ) && HasBit(ebx, BitOfAvx512BW) && HasBit(ebx, BitOfAvx512VL) && HasBit(ecx, BitOfVnni);
    }

    /// <summary>Maps and calls a first routine, which reads the vector states that the operating system saves.</summary>
    private static string? CheckSystem()
    {
        Assembler assembler = new();
        assembler.Clear(GeneralRegister.Rcx);
        assembler.GetExtendedControl();
        assembler.ShiftLeft(GeneralRegister.Rdx, 32);
        assembler.Add(GeneralRegister.Rax, GeneralRegister.Rdx);
        assembler.Return();
        void* pages = ExecutableMemory.TryMap(assembler.Code);
        if (pages == null)
        {
            return "the operating system does not permit executable memory";
        }

        ulong states = ((delegate* unmanaged[SuppressGCTransition]<ulong>)pages)();
        ExecutableMemory.Unmap(pages, assembler.Length);
        return (states & VectorStates) == VectorStates ? null : "the operating system does not save the 512-bit registers";
    }

    private static bool HasBit(int value, int bit) => (value >> bit & 1) != 0;

    private static bool IsZero(string variable) => Environment.GetEnvironmentVariable(variable) == "0";
}
