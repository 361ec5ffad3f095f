namespace ModelBuild;

/// <summary>Access to any generated predictor by the names of inputs and outputs, for serving and tests; typed code calls the generated <c>Predict</c>.</summary>
public interface IPredictor
{
    /// <summary>Names, shapes, types, sizes, origin and measured error.</summary>
    PredictorInfo Info { get; }

    /// <summary>Predicts one item, or as many as the tensors hold when the model's batch is free.</summary>
    /// <param name="inputs">Every input of the model.</param>
    /// <param name="outputs">Every output of the model; receives the results.</param>
    /// <exception cref="ArgumentException">A tensor is missing, or has the wrong type or length.</exception>
    void Predict(NamedTensors inputs, NamedTensors outputs);
}
