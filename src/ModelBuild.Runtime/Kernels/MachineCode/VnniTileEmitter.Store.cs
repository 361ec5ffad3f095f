namespace ModelBuild.Kernels;

/// <content>Operands, and what follows the sums.</content>
internal sealed partial class VnniTileEmitter
{
    /// <summary>The register of a broadcast group of four values.</summary>
    private int Values => _registers.Vector((_rows * _panels * _unroll) + _panels);

    /// <summary>The register of one sum; the first is that of the element, the others are added to it at the end.</summary>
    private int Sum(int step, int row, int panel) => _registers.Vector((((step * _rows) + row) * _panels) + panel);

    /// <summary>The register of a panel's weights, later of its scales.</summary>
    private int Weights(int panel) => _registers.Vector((_rows * _panels * _unroll) + panel);

    private void ForEachSum(int firstStep, Action<int, int, int> action)
    {
        for (int step = firstStep; step < _unroll; step++)
        {
            for (int row = 0; row < _rows; row++)
            {
                for (int panel = 0; panel < _panels; panel++)
                {
                    action(step, row, panel);
                }
            }
        }
    }

    private MemoryOperand Row(int row)
    {
        GeneralRegister x = _registers.X(row / RowsPerBase);
        return Multiple(x, row % RowsPerBase, _registers.XStep, _registers.XStep3);
    }

    private MemoryOperand Panel(int panel) => Multiple(_registers.W, panel, _registers.PanelBytes, _registers.PanelBytes3);

    private static MemoryOperand Multiple(GeneralRegister start, int times, GeneralRegister step, GeneralRegister step3) => times switch
    {
        0 => MemoryOperand.At(start),
        3 => new MemoryOperand(start, step3, 1, 0),
        _ => new MemoryOperand(start, step, times, 0),
    };

    private void StoreAccumulators()
    {
        GeneralRegister y = _registers.Temporary;
        _code.Load(y, Field(VnniTileFields.Y));
        for (int row = 0; row < _rows; row++)
        {
            for (int panel = 0; panel < _panels; panel++)
            {
                _code.StoreVector(MemoryOperand.At(y, 64 * panel), Sum(0, row, panel));
            }

            _code.Add(y, Field(VnniTileFields.YStep));
        }

        _code.Store(Field(VnniTileFields.Y), y);
    }

    /// <summary>clamp(rne(fp32(sum) * scale) + zero), clamped in float, step by step as <see cref="DotToU8"/> computes it.</summary>
    private void StoreBytes()
    {
        GeneralRegister y = _registers.Temporary;
        _code.Load(y, Field(VnniTileFields.Scales));
        for (int panel = 0; panel < _panels; panel++)
        {
            _code.LoadVector(Weights(panel), MemoryOperand.At(y, 64 * panel));
        }

        _code.Load(y, Field(VnniTileFields.Y));
        for (int row = 0; row < _rows; row++)
        {
            for (int panel = 0; panel < _panels; panel++)
            {
                int sum = Sum(0, row, panel);
                _code.IntegersToFloats(sum, sum);
                _code.Multiply(sum, sum, Weights(panel));
                _code.Minimum(sum, sum, Field(VnniTileFields.High));
                _code.Maximum(sum, sum, Field(VnniTileFields.Low));
                _code.FloatsToIntegers(sum, sum);
                _code.AddIntegers(sum, sum, Field(VnniTileFields.Zero));
                MemoryOperand target = MemoryOperand.At(y, 16 * panel);
                if (panel < _panels - 1)
                {
                    _code.StoreIntegersAsBytes(target, sum);
                }
                else
                {
                    _code.IntegersToBytes(sum, sum);
                    _code.StoreBytes(target, StoreMask, sum);
                }
            }

            _code.Add(y, Field(VnniTileFields.YStep));
        }

        _code.Store(Field(VnniTileFields.Y), y);
    }
}
