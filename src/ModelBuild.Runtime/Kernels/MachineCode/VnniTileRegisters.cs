namespace ModelBuild.Kernels;

/// <summary>
/// Which register holds what in a tile routine, under both calling conventions. Registers that the caller may keep values in are used last; where they are used,
/// they are saved in the arguments.
/// </summary>
internal sealed class VnniTileRegisters
{
    /// <summary>The address of the arguments. Windows passes it here already.</summary>
    internal const GeneralRegister Arguments = GeneralRegister.Rcx;

    private const int FirstSavedVector = 6;
    private const int LastSavedVector = 15;
    private const int VectorBytes = 16;

    /// <summary>Bytes of <see cref="VnniTileArguments.Saved"/> before the vectors.</summary>
    private const int SavedVectors = 16;

    private readonly Assembler _code;
    private readonly bool _isWindows;
    private readonly int _vectors;

    /// <summary>Assigns registers.</summary>
    /// <param name="code">Receives the prologue and the epilogue.</param>
    /// <param name="isWindows">Whether the calling convention is that of Windows.</param>
    /// <param name="vectors">The number of vector registers that are used.</param>
    /// <param name="bases">The number of base registers of rows, 1 to 3.</param>
    internal VnniTileRegisters(Assembler code, bool isWindows, int vectors, int bases)
    {
        _code = code;
        _isWindows = isWindows;
        _vectors = vectors;
        Bases = bases;
    }

    /// <summary>The number of base registers of rows.</summary>
    internal int Bases { get; }

    internal GeneralRegister XStep => GeneralRegister.Rax;

    internal GeneralRegister XStep3 => GeneralRegister.Rdx;

    internal GeneralRegister W => GeneralRegister.R8;

    internal GeneralRegister PanelBytes => GeneralRegister.R9;

    /// <summary>A counter or pointer of short life.</summary>
    internal GeneralRegister Temporary => GeneralRegister.R10;

    /// <summary>Three times the panel's bytes, which only tiles of four panels need; they have two bases at most.</summary>
    internal GeneralRegister PanelBytes3 => GeneralRegister.Rdi;

    /// <summary>The base register of five rows.</summary>
    internal GeneralRegister X(int index) => index switch
    {
        0 => GeneralRegister.R11,
        1 => GeneralRegister.Rsi,
        _ => GeneralRegister.Rdi,
    };

    /// <summary>The vector registers in the order of their use: those that no caller expects to keep come first.</summary>
    internal int Vector(int index) => index < 16 ? 16 + index : index - 16;

    /// <summary>The start of the routine.</summary>
    internal void Enter()
    {
        _code.BranchTarget();
        if (!_isWindows)
        {
            _code.Move(Arguments, GeneralRegister.Rdi);
            return;
        }

        _code.Store(Saved(0), GeneralRegister.Rsi);
        _code.Store(Saved(8), GeneralRegister.Rdi);
        for (int vector = FirstSavedVector; vector <= LastUsed; vector++)
        {
            _code.StoreVector128(SavedVector(vector), vector);
        }
    }

    /// <summary>The end of the routine.</summary>
    internal void Leave()
    {
        _code.ZeroUpper();
        if (_isWindows)
        {
            _code.Load(GeneralRegister.Rsi, Saved(0));
            _code.Load(GeneralRegister.Rdi, Saved(8));
            for (int vector = FirstSavedVector; vector <= LastUsed; vector++)
            {
                _code.LoadVector128(vector, SavedVector(vector));
            }
        }

        _code.Return();
    }

    private int LastUsed => Math.Min(LastSavedVector, _vectors - 17);

    private static MemoryOperand Saved(int offset) => MemoryOperand.At(Arguments, VnniTileFields.Saved + offset);

    private static MemoryOperand SavedVector(int vector) => Saved(SavedVectors + ((vector - FirstSavedVector) * VectorBytes));
}
