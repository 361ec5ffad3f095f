using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.MachineCode;

/// <summary>
/// A tile routine between code that fills the registers which the calling convention lets a caller keep values in, and code that writes down what is in them afterwards.
/// A routine for Windows is called so on every system.
/// </summary>
internal sealed unsafe class VnniTileHarness : IDisposable
{
    private const int Vectors = 10;
    private const int FirstVector = 6;
    private const int Room = 2048;
    private static readonly int s_before = (sizeof(VnniTileArguments) + 63) & ~63;
    private static readonly int s_after = s_before + 256;
    private static readonly GeneralRegister[] s_kept = [GeneralRegister.Rbx, GeneralRegister.Rbp, GeneralRegister.R12, GeneralRegister.R13, GeneralRegister.R14, GeneralRegister.R15];

    private readonly bool _isWindows;
    private readonly byte* _block;
    private readonly void* _code;
    private readonly int _length;

    public VnniTileHarness(ReadOnlySpan<byte> routine, bool isWindows)
    {
        _isWindows = isWindows;
        Assembler before = new();
        GeneralRegister arguments = OperatingSystem.IsWindows() ? GeneralRegister.Rcx : GeneralRegister.Rdi;
        Keep(before, arguments, s_before);
        if (isWindows && !OperatingSystem.IsWindows())
        {
            before.Move(GeneralRegister.Rcx, GeneralRegister.Rdi);
            for (int i = 0; i < Vectors; i++)
            {
                before.LoadVector128(FirstVector + i, MemoryOperand.At(GeneralRegister.Rcx, s_before + 64 + (16 * i)));
            }
        }

        // The routine has one way out, its last byte.
        Assert.Equal(0xC3, routine[^1]);
        Assembler after = new();
        Keep(after, GeneralRegister.Rcx, s_after);
        for (int i = 0; i < Vectors; i++)
        {
            after.StoreVector128(MemoryOperand.At(GeneralRegister.Rcx, s_after + 64 + (16 * i)), FirstVector + i);
        }

        after.Return();
        byte[] all = [.. before.Code, .. routine[..^1], .. after.Code];
        _length = all.Length;
        _code = ExecutableMemory.TryMap(all);
        _block = (byte*)System.Runtime.InteropServices.NativeMemory.AlignedAlloc(Room, 64);
        Assert.True(_code != null);
    }

    public void Call(VnniTileArguments* arguments)
    {
        Span<byte> kept = new(_block + s_before, 256);
        Span<byte> left = new(_block + s_after, 256);
        new Random(1).NextBytes(kept);
        left.Clear();
        *(VnniTileArguments*)_block = *arguments;
        ((delegate* unmanaged<void*, void>)_code)(_block);
        *arguments = *(VnniTileArguments*)_block;
        int general = 8 * (s_kept.Length + (_isWindows ? 2 : 0));
        Assert.Equal(kept[..general], left[..general]);
        if (_isWindows && !OperatingSystem.IsWindows())
        {
            Assert.Equal(kept.Slice(64, 16 * Vectors), left.Slice(64, 16 * Vectors));
        }
    }

    public void Dispose()
    {
        ExecutableMemory.Unmap(_code, _length);
        System.Runtime.InteropServices.NativeMemory.AlignedFree(_block);
    }

    private static void Keep(Assembler code, GeneralRegister arguments, int offset)
    {
        for (int i = 0; i < s_kept.Length; i++)
        {
            code.Store(MemoryOperand.At(arguments, offset + (8 * i)), s_kept[i]);
        }

        code.Store(MemoryOperand.At(arguments, offset + (8 * s_kept.Length)), GeneralRegister.Rsi);
        code.Store(MemoryOperand.At(arguments, offset + (8 * s_kept.Length) + 8), GeneralRegister.Rdi);
    }
}
