namespace ModelBuild.Kernels;

/// <content>Operands, and what follows the sums.</content>
internal sealed partial class VnniTileEmitter
{
    private const int VectorBytes = 64;

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
        (int number, int times) = _rows < MostRows ? (row / RowsPerBase, row % RowsPerBase) : row switch
        {
            5 or 10 or 14 => (2, row - ThirdBase),
            7 or 9 or 11 or 13 or 15 => (1, row - SecondBase),
            _ => (0, row),
        };
        return Multiple(_registers.X(number), times, _registers.XStep, _registers.XStep3);
    }

    private MemoryOperand Panel(int panel) => Multiple(_registers.W, panel, _registers.PanelBytes, _registers.PanelBytes3);

    private static MemoryOperand Multiple(GeneralRegister start, int times, GeneralRegister step, GeneralRegister step3) => times switch
    {
        0 => MemoryOperand.At(start),
        3 or 6 or 12 => new MemoryOperand(start, step3, times / 3, 0),
        _ => new MemoryOperand(start, step, times, 0),
    };

    private void StoreIntegers()
    {
        GeneralRegister y = _registers.Temporary;
        _code.Load(y, Field(VnniTileFields.Y));
        for (int row = 0; row < _rows; row++)
        {
            StoreRow(y, row);
        }

        _code.Store(Field(VnniTileFields.Y), y);
    }

    private void StoreFloats()
    {
        GeneralRegister y = _registers.Temporary;
        LoadScales();

        // The pointer to the weights is set anew for every tile.
        GeneralRegister bias = _registers.W;
        _code.Load(bias, Field(VnniTileFields.FloatBias));
        _code.Load(y, Field(VnniTileFields.Y));
        for (int row = 0; row < _rows; row++)
        {
            for (int panel = 0; panel < _panels; panel++)
            {
                int sum = Sum(0, row, panel);
                _code.IntegersToFloats(sum, sum);
                _code.Multiply(sum, sum, Weights(panel));
                _code.Add(sum, sum, MemoryOperand.At(bias, 64 * panel));
            }

            StoreRow(y, row);
        }

        _code.Store(Field(VnniTileFields.Y), y);
    }

    /// <summary>
    /// clamp(rne(fp32(sum) * scale) + zero), the bits of <see cref="DotToU8"/>, four vectors at a time: the upper bound is applied in float, where no conversion can overflow;
    /// what is below all bytes saturates on the way to them, and the lower bound is at least 0. Packing works within 128 bits: the order of the groups is mended at the end.
    /// Where no conversion overflows and there are no bounds but those of a byte, packing is all that bounds.
    /// </summary>
    private void StoreBytes()
    {
        GeneralRegister y = _registers.Temporary;
        LoadScales();
        _code.LoadVector(Values, Field(VnniTileFields.Order));
        _code.Load(y, Field(VnniTileFields.Y));
        int rowsTogether = MaxPanels / _panels;
        for (int first = 0; first < _rows; first += rowsTogether)
        {
            int rows = Math.Min(rowsTogether, _rows - first);
            int[] sums = [.. Enumerable.Range(0, rows * _panels).Select(i => Sum(0, first + (i / _panels), i % _panels))];
            for (int i = 0; i < sums.Length; i++)
            {
                _code.IntegersToFloats(sums[i], sums[i]);
                _code.Multiply(sums[i], sums[i], Weights(i % _panels));
                if (_result == VnniTileResult.Bytes)
                {
                    _code.Minimum(sums[i], sums[i], Field(VnniTileFields.High));
                }

                _code.FloatsToIntegers(sums[i], sums[i]);
            }

            PackWords(sums, 0);
            PackWords(sums, 2);
            int bytes = sums[0];
            _code.PackBytes(bytes, bytes, sums.Length > 2 ? sums[2] : bytes);
            if (_result == VnniTileResult.Bytes)
            {
                _code.MaximumBytes(bytes, bytes, Field(VnniTileFields.Low));
            }

            _code.Permute(bytes, Values, bytes);
            if (_result == VnniTileResult.AdjoiningBytes && rows == rowsTogether)
            {
                _code.StoreVector(MemoryOperand.At(y), bytes);
                _code.Add(y, VectorBytes);
                continue;
            }

            for (int row = 0; row < rows; row++)
            {
                StorePacked(MemoryOperand.At(y), bytes, sums[^1], row);
                _code.Add(y, Field(VnniTileFields.YStep));
            }
        }

        _code.Store(Field(VnniTileFields.Y), y);
    }

    private void LoadScales()
    {
        _code.Load(_registers.Temporary, Field(VnniTileFields.Scales));
        for (int panel = 0; panel < _panels; panel++)
        {
            _code.LoadVector(Weights(panel), MemoryOperand.At(_registers.Temporary, 64 * panel));
        }
    }

    private void StoreRow(GeneralRegister y, int row)
    {
        for (int panel = 0; panel < _panels - 1; panel++)
        {
            _code.StoreVector(MemoryOperand.At(y, 64 * panel), Sum(0, row, panel));
        }

        _code.StoreIntegers(MemoryOperand.At(y, 64 * (_panels - 1)), StoreMask, Sum(0, row, _panels - 1));
        _code.Add(y, Field(VnniTileFields.YStep));
    }

    /// <summary>Two vectors of integers become one of words, as far as there are two; the zero point is added.</summary>
    private void PackWords(int[] sums, int first)
    {
        if (first < sums.Length)
        {
            _code.PackWords(sums[first], sums[first], first + 1 < sums.Length ? sums[first + 1] : sums[first]);
            _code.AddWords(sums[first], sums[first], Field(VnniTileFields.Zero));
        }
    }

    /// <summary>One of the rows that a vector of bytes holds: all of it, a half or a quarter.</summary>
    private void StorePacked(MemoryOperand y, int bytes, int free, int row)
    {
        switch (_panels)
        {
            case 1:
                if (row > 0)
                {
                    _code.Extract128(free, bytes, (byte)row);
                }

                _code.StoreBytes128(y, StoreMask, row > 0 ? free : bytes);
                break;
            case 2:
                if (row > 0)
                {
                    _code.Extract256(free, bytes, 1);
                }

                _code.StoreBytes256(y, StoreMask, row > 0 ? free : bytes);
                break;
            default:
                _code.StoreBytes512(y, StoreMask, bytes);
                break;
        }
    }
}
