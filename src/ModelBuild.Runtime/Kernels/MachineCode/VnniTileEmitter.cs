namespace ModelBuild.Kernels;

/// <summary>
/// Generates the routine of one tile size: <c>y[r][c] = init[c] + sum(x[r] * w[c])</c> for tiles of some rows by some panels of 16 columns, all of whose
/// accumulators stay in registers. Its only argument is a <see cref="VnniTileArguments"/>; it allocates nothing, calls nothing and touches no stack.
/// </summary>
internal sealed partial class VnniTileEmitter
{
    /// <summary>The most panels of a tile.</summary>
    internal const int MaxPanels = 4;

    /// <summary>Accumulators, one vector of each panel and one of rows have to fit into 32 registers.</summary>
    private const int VectorRegisters = 32;

    /// <summary>With fewer sums than this in flight, the processor waits for each: small tiles keep several per element.</summary>
    private const int SumsInFlight = 8;

    /// <summary>The most rows of a tile.</summary>
    internal const int MostRows = 16;

    /// <summary>Rows that one base register addresses, with 0, 1, 2, 3 and 4 times the step.</summary>
    private const int RowsPerBase = 5;

    /// <summary>In tiles of all rows the second and third base stand at these rows: with 6, 8 and 12 times the step as well, three reach sixteen rows.</summary>
    private const int SecondBase = 7;
    private const int ThirdBase = 2;

    private const int MaxUnroll = 4;
    private const int StoreMask = 1;

    private readonly Assembler _code = new();
    private readonly VnniTileRegisters _registers;
    private readonly int _rows;
    private readonly int _panels;
    private readonly int _unroll;
    private readonly VnniTileResult _result;

    private VnniTileEmitter(int rows, int panels, VnniTileResult result, bool isWindows)
    {
        _rows = rows;
        _panels = panels;
        _result = result;
        _unroll = Math.Clamp(SumsInFlight / (rows * panels), 1, MaxUnroll);
        _registers = new VnniTileRegisters(_code, isWindows, (rows * panels * _unroll) + panels + 1, rows == MostRows ? 3 : (rows + RowsPerBase - 1) / RowsPerBase);
    }

    /// <summary>The most rows of a tile with so many panels.</summary>
    internal static int MaxRows(int panels) => Math.Min(MostRows, (VectorRegisters - 1 - panels) / panels);

    /// <summary>Generates a routine.</summary>
    /// <param name="rows">1 to <see cref="MaxRows"/>.</param>
    /// <param name="panels">1, 2 or 4.</param>
    /// <param name="result">What becomes of the sums.</param>
    /// <param name="isWindows">Whether the calling convention is that of Windows.</param>
    internal static ReadOnlySpan<byte> Emit(int rows, int panels, VnniTileResult result, bool isWindows)
    {
        VnniTileEmitter emitter = new(rows, panels, result, isWindows);
        emitter.EmitRoutine();
        return emitter._code.Code;
    }

    private static MemoryOperand Field(int offset) => MemoryOperand.At(VnniTileRegisters.Arguments, offset);

    private void EmitRoutine()
    {
        VnniTileRegisters r = _registers;
        r.Enter();
        _code.Load(r.XStep, Field(VnniTileFields.XStep));
        _code.LoadAddress(r.XStep3, new MemoryOperand(r.XStep, r.XStep, 2, 0));
        _code.Load(r.PanelBytes, Field(VnniTileFields.PanelBytes));
        if (_panels == MaxPanels)
        {
            _code.LoadAddress(r.PanelBytes3, new MemoryOperand(r.PanelBytes, r.PanelBytes, 2, 0));
        }

        _code.LoadMask(StoreMask, Field(VnniTileFields.Mask));
        int group = _code.Length;
        _code.Load(r.Temporary, Field(VnniTileFields.Lines));
        _code.Store(Field(VnniTileFields.LinesLeft), r.Temporary);
        int line = _code.Length;
        _code.Load(r.Temporary, Field(VnniTileFields.Tiles));
        _code.Store(Field(VnniTileFields.TilesLeft), r.Temporary);
        int tile = _code.Length;
        StartTile();
        Multiply();
        switch (_result)
        {
            case VnniTileResult.Bytes or VnniTileResult.WholeBytes or VnniTileResult.AdjoiningBytes:
                StoreBytes();
                break;
            case VnniTileResult.Floats:
                StoreFloats();
                break;
            default:
                StoreIntegers();
                break;
        }

        Advance(VnniTileFields.X, VnniTileFields.XTile);
        _code.Subtract(Field(VnniTileFields.TilesLeft), 1);
        _code.JumpIfNotZero(tile);
        Advance(VnniTileFields.X, VnniTileFields.XLine);
        Advance(VnniTileFields.Y, VnniTileFields.YLine);
        _code.Subtract(Field(VnniTileFields.LinesLeft), 1);
        _code.JumpIfNotZero(line);
        _code.Subtract(Field(VnniTileFields.Groups), 1);
        int done = _code.JumpIfZero();
        StartGroup();
        _code.Jump(group);
        _code.Land(done);
        r.Leave();
    }

    /// <summary>Back to the first row, with the panels after those of the group before.</summary>
    private void StartGroup()
    {
        GeneralRegister moved = _registers.Temporary;
        Advance(VnniTileFields.X, VnniTileFields.XGroup);
        Advance(VnniTileFields.Y, VnniTileFields.YGroup);
        _code.Load(moved, Field(VnniTileFields.W));
        _code.LoadAddress(moved, new MemoryOperand(moved, _registers.PanelBytes, _panels, 0));
        _code.Store(Field(VnniTileFields.W), moved);
        AdvanceColumns(VnniTileFields.Init);
        if (_result != VnniTileResult.Integers)
        {
            AdvanceColumns(VnniTileFields.Scales);
        }

        if (_result == VnniTileResult.Floats)
        {
            Advance(VnniTileFields.FloatBias, VnniTileFields.FloatBiasGroup);
        }
    }

    private void AdvanceColumns(int field)
    {
        _code.Load(_registers.Temporary, Field(field));
        _code.Add(_registers.Temporary, VectorBytes * _panels);
        _code.Store(Field(field), _registers.Temporary);
    }

    private void Advance(int field, int step)
    {
        _code.Load(_registers.Temporary, Field(field));
        _code.Add(_registers.Temporary, Field(step));
        _code.Store(Field(field), _registers.Temporary);
    }

    /// <summary>Sets pointers and accumulators to their starts.</summary>
    private void StartTile()
    {
        VnniTileRegisters r = _registers;
        _code.Load(r.X(0), Field(VnniTileFields.X));
        if (_rows == MostRows)
        {
            _code.LoadAddress(r.X(2), new MemoryOperand(r.X(0), r.XStep, ThirdBase, 0));
            AddFive(r.X(1), r.X(2));
        }
        else
        {
            for (int i = 1; i < r.Bases; i++)
            {
                AddFive(r.X(i), r.X(i - 1));
            }
        }

        _code.Load(r.W, Field(VnniTileFields.W));
        _code.Load(r.Temporary, Field(VnniTileFields.Init));
        for (int panel = 0; panel < _panels; panel++)
        {
            _code.LoadVector(Sum(0, 0, panel), MemoryOperand.At(r.Temporary, 64 * panel));
            for (int row = 1; row < _rows; row++)
            {
                _code.MoveVector(Sum(0, row, panel), Sum(0, 0, panel));
            }
        }

        ForEachSum(1, (step, row, panel) => _code.ClearVector(Sum(step, row, panel)));
        _code.Load(r.Temporary, Field(VnniTileFields.OuterCount));
        _code.Store(Field(VnniTileFields.Outer), r.Temporary);
    }

    /// <summary>Five rows further: the distance of two bases.</summary>
    private void AddFive(GeneralRegister to, GeneralRegister from)
    {
        _code.LoadAddress(to, new MemoryOperand(from, _registers.XStep, RowsPerBase - 1, 0));
        _code.Add(to, _registers.XStep);
    }

    /// <summary>The K axis: outer steps, runs, quads.</summary>
    private void Multiply()
    {
        VnniTileRegisters r = _registers;
        int outer = _code.Length;
        _code.Load(r.Temporary, Field(VnniTileFields.InnerCount));
        _code.Store(Field(VnniTileFields.Inner), r.Temporary);
        int inner = _code.Length;
        GeneralRegister quads = r.Temporary;
        _code.Load(quads, Field(VnniTileFields.Quads));
        int done = 0;
        if (_unroll > 1)
        {
            _code.Compare(quads, _unroll);
            int rest = _code.JumpIfBelow();
            int loop = _code.Length;
            Quads(_unroll);
            _code.Subtract(quads, _unroll);
            _code.Compare(quads, _unroll);
            _code.JumpIfNotBelow(loop);
            _code.Land(rest);
            _code.Compare(quads, 0);
            done = _code.JumpIfZero();
        }

        _code.Align(32);
        int single = _code.Length;
        Quads(1);
        _code.Subtract(quads, 1);
        _code.JumpIfNotZero(single);
        if (_unroll > 1)
        {
            _code.Land(done);
        }

        Skip(VnniTileFields.InnerSkip);
        _code.Subtract(Field(VnniTileFields.Inner), 1);
        _code.JumpIfNotZero(inner);
        Skip(VnniTileFields.OuterSkip);
        _code.Subtract(Field(VnniTileFields.Outer), 1);
        _code.JumpIfNotZero(outer);
        ForEachSum(1, (step, row, panel) => _code.AddIntegers(Sum(0, row, panel), Sum(0, row, panel), Sum(step, row, panel)));
    }

    private void Quads(int count)
    {
        VnniTileRegisters r = _registers;
        for (int step = 0; step < count; step++)
        {
            for (int panel = 0; panel < _panels; panel++)
            {
                _code.LoadVector(Weights(panel), Panel(panel).Plus(64 * step));
            }

            for (int row = 0; row < _rows; row++)
            {
                _code.Broadcast(Values, Row(row).Plus(4 * step));
                for (int panel = 0; panel < _panels; panel++)
                {
                    _code.Dot(Sum(step, row, panel), Values, Weights(panel));
                }
            }
        }

        for (int i = 0; i < r.Bases; i++)
        {
            _code.Add(r.X(i), 4 * count);
        }

        _code.Add(r.W, 64 * count);
    }

    private void Skip(int field)
    {
        for (int i = 0; i < _registers.Bases; i++)
        {
            _code.Add(_registers.X(i), Field(field));
        }
    }
}
